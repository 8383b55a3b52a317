"""What the business is and promises: brand, paying, terms, support, privacy, comparisons."""

from __future__ import annotations

import re

from pydantic import validator

from journey_state.content_schema import Strict, StrictBool, StrictInt, StrictStr, Text, TopicFile, require_positive


class Office(Strict):
    """One place to visit."""

    city: Text
    address: Text


class Milestone(Strict):
    """One year in the company's history."""

    year: StrictInt
    event: Text


class Brand(Strict):
    """Who the business is."""

    name: StrictStr
    legal_name: Text
    slogan: Text
    about: Text
    founded: StrictInt
    tax_code: StrictStr
    website: StrictStr
    email: StrictStr
    customers: Text
    team: Text
    offices: tuple[Office, ...] = ()
    office_hours: Text
    licences: tuple[Text, ...] = ()
    history: tuple[Milestone, ...] = ()
    note: Text | None = None


class BrandFile(TopicFile):
    """brand.yml"""

    brand: Brand


class PaymentMethod(Strict):
    """One way to pay, and when the service is active after it."""

    id: StrictStr
    name: Text
    active_after: Text


class BankAccount(Strict):
    """Where transfers go. bin: the bank's six digits of VietQR."""

    bank: Text
    bin: StrictStr
    number: StrictStr
    holder: StrictStr
    branch: Text

    @validator("bin")
    def _has_six_digits(cls, bin_: str) -> str:
        if not re.fullmatch(r"\d{6}", bin_):
            raise ValueError("must be six digits in quotes, such as \"970400\"")
        return bin_


class Payments(Strict):
    """How customers pay."""

    methods: tuple[PaymentMethod, ...]
    bank_account: BankAccount
    transfer_content: Text
    order_valid_days: StrictInt


class Invoices(Strict):
    """How VAT invoices are made out."""

    kind: Text
    sent_within_hours: StrictInt
    fields: tuple[Text, ...]
    correction_days: StrictInt


class PaymentsFile(TopicFile):
    """payments.yml"""

    payments: Payments
    invoices: Invoices


class PlanChange(Strict):
    """What happens to the money when a plan changes."""

    upgrade: Text
    downgrade: Text


class Terms(Strict):
    """Contract, refunds, renewal, leaving; days are calendar days unless named otherwise."""

    min_term: Text
    notice_days: StrictInt
    refund_percent: StrictInt
    refund_working_days: StrictInt
    renewal_reminder_days: tuple[StrictInt, ...]
    auto_renew_default: StrictBool
    grace_days: StrictInt
    data_kept_days: StrictInt
    upgrade_takes_minutes: StrictInt
    plan_change: PlanChange

    _no_negative_days = validator("notice_days", "grace_days", "data_kept_days", allow_reuse=True)(require_positive)


class TermsFile(TopicFile):
    """terms.yml"""

    terms: Terms


class FirstAnswer(Strict):
    """How soon a ticket of a priority is first answered."""

    priority: StrictStr
    minutes: StrictInt
    meaning: Text


class Support(Strict):
    """How people reach us and how fast we answer. priority_plans: ids of plans that go first."""

    phone: StrictStr
    email: StrictStr
    phone_hours: Text
    chat_hours: Text
    holiday_phone_hours: Text
    channels: tuple[Text, ...]
    languages: Text
    priority_plans: tuple[StrictStr, ...] = ()
    first_answer: tuple[FirstAnswer, ...]


class SupportFile(TopicFile):
    """support.yml"""

    support: Support


class KeptData(Strict):
    """One kind of personal data: what, why, how long."""

    what: Text
    why: Text
    how_long: Text


class Privacy(Strict):
    """What is kept about people."""

    contact: StrictStr
    log_kept_days: StrictInt
    answer_within_days: StrictInt
    kept: tuple[KeptData, ...]


class PrivacyFile(TopicFile):
    """privacy.yml"""

    privacy: Privacy


class ComparisonPoint(Strict):
    """What we commit to on a topic, and what to ask another provider about it."""

    topic: Text
    ours: Text
    ask: Text


class Comparisons(Strict):
    """How we compare ourselves with others: by facts we hold only."""

    stance: Text
    points: tuple[ComparisonPoint, ...]


class ComparisonsFile(TopicFile):
    """comparisons.yml"""

    comparisons: Comparisons
