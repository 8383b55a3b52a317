"""Every way in which a request can be refused, with a remedy in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from starlette.responses import JSONResponse, Response

from journey_state.texts import format_number

MAX_TEXT = 4_000
MAX_BODY_BYTES = 64 * 1024


@dataclass(frozen=True)
class Problem:
    """What went wrong, as the visitor is told."""

    status: int
    code: str
    message_vi: str
    message_en: str


class RefusedError(Exception):
    """Ends a request with a problem. retry_after_s: when the same request may succeed."""

    def __init__(self, problem: Problem, retry_after_s: float | None = None) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.retry_after_s = retry_after_s


def problem_response(refused: RefusedError) -> Response:
    """The documented error body: {"error": {code, message_vi, message_en}}."""
    problem = refused.problem
    error = {"code": problem.code, "message_vi": problem.message_vi, "message_en": problem.message_en}
    headers = {"Cache-Control": "no-store"}
    if refused.retry_after_s is not None:
        headers["Retry-After"] = str(max(1, ceil(refused.retry_after_s)))
    return JSONResponse({"error": error}, status_code=problem.status, headers=headers)


BROKEN_JSON = Problem(
    400, "broken_json",
    "Dữ liệu gửi lên không phải là một đối tượng JSON.",
    "The body is not a JSON object; send one like {\"id\": …, \"text\": …}.",
)
UNKNOWN_SESSION = Problem(
    401, "unknown_session",
    "Phiên trò chuyện không còn hiệu lực, bạn tải lại trang giúp mình nhé.",
    "This session is not known; open one with POST /api/website/session.",
)
FOREIGN_REQUEST = Problem(
    403, "foreign_request",
    "Yêu cầu này đến từ một trang khác nên không được nhận.",
    "This request comes from another site; send the token as Authorization: Bearer instead of a cookie.",
)
UNKNOWN_CHOICE = Problem(
    409, "unknown_choice",
    "Nút này không còn dùng được, bạn nhắn lại bằng chữ giúp mình nhé.",
    "This button can no longer be used; please type your question instead.",
)
BODY_TOO_LARGE = Problem(
    413, "body_too_large",
    "Tin nhắn quá lớn, bạn chia thành nhiều tin ngắn hơn nhé.",
    "The message is too large; please split it into shorter ones.",
)
WRONG_CONTENT_TYPE = Problem(
    415, "wrong_content_type",
    "Kiểu dữ liệu không đúng, cần application/json.",
    "Wrong content type; send application/json.",
)
FILE_TOO_LARGE = Problem(
    413, "file_too_large",
    "Tệp quá lớn, bạn gửi tệp nhỏ hơn giúp mình nhé.",
    "The file is too large; please send a smaller one.",
)
WRONG_FILE_TYPE = Problem(
    415, "wrong_file_type",
    "Mình chỉ nhận ảnh (PNG, JPEG, GIF, WebP), PDF và tệp văn bản.",
    "Only images (PNG, JPEG, GIF, WebP), PDF and plain text files are taken.",
)
TOO_MANY_FILES = Problem(
    409, "too_many_files",
    "Hôm nay bạn đã gửi nhiều tệp rồi, bạn gửi tiếp vào ngày mai hoặc qua email giúp mình nhé.",
    "You have sent many files today; please send the rest tomorrow or by e-mail.",
)
UNKNOWN_FILE = Problem(
    404, "unknown_file",
    "Không có tệp này, có thể tệp đã được xoá.",
    "There is no such file; it may have been erased.",
)
EMPTY_MESSAGE = Problem(
    422, "empty_message",
    "Tin nhắn đang trống, bạn nhập nội dung nhé.",
    "The message is empty; please write something.",
)
MESSAGE_TOO_LONG = Problem(
    422, "message_too_long",
    f"Tin nhắn dài quá {format_number(MAX_TEXT, 'vi')} ký tự, bạn chia thành nhiều tin nhé.",
    f"The message is longer than {format_number(MAX_TEXT, 'en')} characters; please split it.",
)
BAD_MESSAGE_ID = Problem(
    422, "bad_message_id",
    "Mã tin nhắn không hợp lệ.",
    "\"id\" must be 8 to 64 letters, digits, - or _, unique for each message.",
)
TEXT_OR_CHOICE = Problem(
    422, "text_or_choice",
    "Cần đúng một trong ba: nội dung, lựa chọn hoặc lệnh.",
    "Send exactly one of \"text\", \"choice\" and \"command\", as a string.",
)
BAD_IDENTITY = Problem(
    422, "bad_identity",
    "Thông tin đăng nhập không hợp lệ hoặc đã hết hạn.",
    "The signed identity is wrong, too old or lives too long; see docs/embedding.md.",
)
BAD_ARRIVALS = Problem(
    422, "bad_arrivals",
    "Thông tin trang đến không hợp lệ.",
    "\"arrivals\" must be 1 to 4 objects {at, page, referrer}: a moment with its time zone, and addresses of at most 2000 characters.",
)
UNKNOWN_COMMAND = Problem(
    422, "unknown_command",
    "Lệnh này không có, bạn nhắn bằng chữ giúp mình nhé.",
    "There is no such command; /api/openapi.json lists them.",
)
BAD_LANGUAGE = Problem(
    422, "bad_language",
    "Ngôn ngữ chỉ có thể là vi hoặc en.",
    "\"language\" must be \"vi\" or \"en\".",
)
BAD_POSITION = Problem(
    422, "bad_position",
    "Vị trí trong cuộc trò chuyện không hợp lệ.",
    "\"after\", \"before\" and \"limit\" must be whole numbers, 0 or more; never \"after\" and \"before\" together.",
)
TOO_MANY_MESSAGES = Problem(
    429, "too_many_messages",
    "Bạn nhắn hơi nhanh, bạn chờ giây lát rồi gửi lại nhé.",
    "You are writing very fast; please wait a moment and send it again.",
)
TOO_MANY_REQUESTS = Problem(
    429, "too_many_requests",
    "Có quá nhiều yêu cầu cùng lúc, bạn chờ giây lát nhé.",
    "Too many requests at once; please wait a moment.",
)
NOT_AVAILABLE = Problem(
    503, "not_available",
    "Hệ thống đang bận, bạn thử lại sau giây lát nhé.",
    "The service is busy; please try again in a moment.",
)
