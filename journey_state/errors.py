"""Every rule of the journey that can be broken has a name here."""

from __future__ import annotations


class JourneyError(Exception):
    """Root of all errors the domain raises; the message names noun, id and remedy."""


class UnknownContactError(JourneyError):
    """No contact has this id."""


class UnknownConversationError(JourneyError):
    """No conversation has this id."""


class IdentityConflictError(JourneyError):
    """Two people who are both known for certain are not joined by themselves."""


class TooManyUploadsError(JourneyError):
    """A conversation has had its number of files for a day."""


class UnknownChoiceError(JourneyError):
    """A button's token is not known in this conversation."""


class TrialAlreadyUsedError(JourneyError):
    """The person had a trial of this product before."""


class UnknownTicketError(JourneyError):
    """No ticket of this person has this number."""


class UnknownReferralCodeError(JourneyError):
    """No referral code reads like this."""


class SelfReferralError(JourneyError):
    """A person tried to redeem a code of their own."""


class ReferralAlreadyUsedError(JourneyError):
    """The person redeemed a referral code before."""


class ReferralExhaustedError(JourneyError):
    """The code has reached its cap or its end date."""


class NotNewCustomerError(JourneyError):
    """A friend's code is for people who have not bought yet."""


class UnknownTrialError(JourneyError):
    """The person has no running trial of this product."""


class UnknownOrderError(JourneyError):
    """No order of this person has this number."""


class OrderNotOpenError(JourneyError):
    """The order is not in the state that the step needs."""


class PaymentMismatchError(JourneyError):
    """The money received is not the amount of the order."""


class UnknownTransferError(JourneyError):
    """No transfer has this id."""


class TransferAssignedError(JourneyError):
    """The transfer belongs to an order already."""


class WrongAmountError(JourneyError):
    """An amount that cannot be booked."""


class ScoreOutOfRangeError(JourneyError):
    """A rating outside of its scale."""


class HandoffTakenError(JourneyError):
    """Another staff member answers this conversation already."""


class NotResponderError(JourneyError):
    """Only the staff member who claimed a conversation may answer or release it."""


class StaffExistsError(JourneyError):
    """A staff member with this e-mail address is there already."""


class UnknownStaffError(JourneyError):
    """No staff member has this e-mail address."""


class UnknownRoleError(JourneyError):
    """A role is neither staff, supervisor nor owner."""


class BadEmailError(JourneyError):
    """What was given as an e-mail address cannot be one."""


class WeakPasswordError(JourneyError):
    """A password is too short to keep anybody out."""


class ContentError(JourneyError):
    """A content file is wrong; the message names file, line, field and remedy."""


class StoreError(JourneyError):
    """The database cannot be used; the message names the remedy."""
