"""What the widget's menu may ask for without words: each is a button whose meaning is known here."""

from __future__ import annotations

from collections.abc import Mapping

from journey_state.content import Text
from journey_state.messages import Choice
from journey_state.surveys import SCALE_OF_KIND, SurveyKind

_COMMANDS: Mapping[str, tuple[Text, str, Mapping[str, str]]] = {
    "privacy": (Text("Dữ liệu của tôi", "My data"), "ask_privacy", {}),
    "copy": (Text("Cho tôi xem dữ liệu đang lưu", "Show me the data you keep"), "ask_privacy", {"privacy_request": "export"}),
    "forget": (Text("Xoá dữ liệu của tôi", "Delete my data"), "ask_privacy", {"privacy_request": "erase"}),
    "agree": (Text("Đồng ý ghi lại hành trình", "I agree to my milestones being kept"), "grant_consent", {}),
    "refuse": (Text("Không ghi lại hành trình", "Do not keep my milestones"), "refuse_consent", {}),
    "staff": (Text("Gặp nhân viên", "Talk to a person"), "ask_human", {}),
    **{
        f"rate_{score}": (Text(f"Mình chấm {score}/5", f"I give {score} out of 5"), "rate_csat", {"rating": str(score)})
        for score in SCALE_OF_KIND[SurveyKind.CSAT]
    },
}


def find_command(name: str, language: str) -> Choice | None:
    """The button behind a name, labelled in the visitor's language; None when there is none."""
    if name not in _COMMANDS:
        return None
    label, intent, slots = _COMMANDS[name]
    return Choice(label.in_language(language), intent, slots)
