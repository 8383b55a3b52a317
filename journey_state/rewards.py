"""What loyal customers and those who bring friends get."""

from __future__ import annotations

from journey_state.content_schema import Strict, StrictBool, StrictInt, StrictStr, Text, TopicFile
from journey_state.prices import Discount


class LoyaltyTier(Strict):
    """What a customer of so many years gets."""

    years: StrictInt
    renewal_percent_off: StrictInt
    perk: Text

    @property
    def discount(self) -> Discount:
        """The tier's discount on a yearly renewal."""
        return Discount(percent_off=self.renewal_percent_off)


class Loyalty(Strict):
    """The programme for long-standing customers."""

    name: Text
    tiers: tuple[LoyaltyTier, ...]
    combines_with_codes: StrictBool

    def tier_after(self, years: int) -> LoyaltyTier | None:
        """The best tier reached after so many full years; None before the first."""
        reached = [tier for tier in self.tiers if tier.years <= years]
        return max(reached, key=lambda tier: tier.years) if reached else None


class LeavingOffer(Strict):
    """What may be offered to somebody who leaves for a reason."""

    reason: StrictStr
    title: Text
    offer: Text


class LoyaltyFile(TopicFile):
    """loyalty.yml"""

    loyalty: Loyalty
    leaving_offers: tuple[LeavingOffer, ...] = ()


class Referral(Strict):
    """Both rewards of a referral and its terms."""

    code_prefix: StrictStr
    friend_percent_off: StrictInt
    reward_vnd: StrictInt
    max_uses: StrictInt
    valid_months: StrictInt
    first_order_only: StrictBool
    reward: Text
    terms: tuple[Text, ...]

    @property
    def discount(self) -> Discount:
        """The friend's discount."""
        return Discount(percent_off=self.friend_percent_off)


class ReferralFile(TopicFile):
    """referrals.yml"""

    referral: Referral
