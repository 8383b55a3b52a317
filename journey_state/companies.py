"""Companies: whom an invoice or a quote is made out to, as the contact wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from journey_state.contacts import find_linked_contacts
from journey_state.store import insert_once
from journey_state.tables import companies
from journey_state.tax_codes import parse_tax_code

_CODE = re.compile(r"(?:mst|m[ãa] s[ốo] thu[ếe]|tax (?:code|id|number))\s*(?:là|la|is)?\s*[:=\-]?\s*(\d[\d.\- ]{8,16}\d)", re.IGNORECASE)
_NAME = re.compile(r"((?:tổng )?(?:công ty|cong ty|cty|doanh nghiệp|hộ kinh doanh|company name:?)\s[^,;\n]{2,120})", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:địa chỉ|dia chi|đ/c|address)\s*(?:là|is)?\s*[:=\-]?\s*([^;\n]{5,200})", re.IGNORECASE)
_EMAIL = re.compile(r"[^\s,;:<>]{1,64}@[^\s,;:<>]{1,180}\.[a-z]{2,9}", re.IGNORECASE)
# Where one part ends because the next one begins.
_NEXT_PART = re.compile(
    r"[,.]?\s*\b(?:mst|mã số thuế|ma so thue|tax code|tax id|địa chỉ|dia chi|đ/c|address|e-?mail)\b.*", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True)
class Company:
    """What an invoice needs; empty where it was not told yet."""

    name: str = ""
    tax_code: str = ""
    address: str = ""
    email: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the parts that are still to be told."""
        return tuple(part.name for part in fields(self) if not getattr(self, part.name))

    def merged_with(self, newer: Company) -> Company:
        """What was told last counts; what it leaves out stays."""
        return replace(self, **{part.name: value for part in fields(newer) if (value := getattr(newer, part.name))})


@dataclass(frozen=True)
class CompanyWords:
    """What a message says of a company. wrong_code: a tax code whose check digit does not fit, as it was written."""

    company: Company
    wrong_code: str = ""

    @property
    def says_something(self) -> bool:
        """True when there is anything to keep or to correct."""
        return self.company != Company() or bool(self.wrong_code)


def read_company(text: str) -> CompanyWords:
    """Find name, tax code, address and e-mail address in a message. A number counts as a tax code only where it is called one."""
    code, name, address, email = (pattern.search(text) for pattern in (_CODE, _NAME, _ADDRESS, _EMAIL))
    if code is None and address is None:
        # "my company needs an invoice" names no company.
        return CompanyWords(Company())
    written = code[1].strip() if code else ""
    parsed = parse_tax_code(written) or ""
    return CompanyWords(Company(
        name=_NEXT_PART.sub("", name[1]).strip(" .:-") if name else "", tax_code=parsed,
        address=_NEXT_PART.sub("", address[1]).strip(" .,:-") if address else "", email=email[0].rstrip(".") if email else "",
    ), wrong_code="" if parsed else written)


def keep_company(session: Session, contact_id: str, company: Company, now: datetime) -> Company:
    """Remember what a contact told, on top of what they told before; returns it all."""
    whole = (find_company(session, contact_id) or Company()).merged_with(company)
    values = {**vars(whole), "kept_at": now}
    if not insert_once(session, companies, {"contact_id": contact_id, **values}):
        session.execute(companies.update().where(companies.c.contact_id == contact_id).values(**values))
    return whole


def find_company(session: Session, contact_id: str) -> Company | None:
    """The company of the person, the one told last; None when there is none."""
    people = find_linked_contacts(session, contact_id)
    columns = [companies.c[part.name] for part in fields(Company)]
    row = session.execute(sa.select(*columns).where(companies.c.contact_id.in_(people)).order_by(companies.c.kept_at.desc())).first()
    return None if row is None else Company(*row)
