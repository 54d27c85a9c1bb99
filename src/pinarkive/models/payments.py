"""Payments for a plan, through the service's payment gateways."""

from typing import Annotated, ClassVar

from ..inputs import PaymentGateway, RecordId
from ._request import Endpoint, Replay, Request
from ._response import Response
from ._wire import Id, Number, Text, names

__all__ = ["CancelPayment", "CreatePayment", "GetPayment", "Payment"]


class Payment(Response, frozen=True, wrappers=("payment", "order", "data", "result")):
    """A payment. The service does not document its fields; all of them are in `model_extra`."""

    order_id: Annotated[Id | None, names("orderId", "order_id", "id", "_id")] = None
    """The order's id, which `get` and `cancel` take."""
    status: Annotated[Text | None, names("status")] = None
    """Its status, in the payment gateway's own words."""
    url: Annotated[Text | None, names("paymentUrl", "payment_url", "checkoutUrl", "url")] = None
    """The payment page."""
    amount: Annotated[Number | None, names("amount", "price")] = None
    """The amount, in the gateway's own unit."""
    currency: Annotated[Text | None, names("currency")] = None
    """The currency of the amount."""


class CreatePayment(Request[Payment], frozen=True):
    """POST /payments/{gateway}/create: start a payment for a plan."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "POST",
        "/payments/{gateway}/create",
        Payment,
        "json",
        replay=Replay.NEVER,
        when_in_doubt="an order may exist: look for it before you create another",
    )

    gateway: PaymentGateway
    """The payment gateway: `multisafepay` or `coingate`."""
    plan_id: RecordId
    """The plan's `id`."""


class GetPayment(Request[Payment], frozen=True):
    """GET /payments/{gateway}/status/{order_id}: ask for the state of a payment."""

    endpoint: ClassVar[Endpoint] = Endpoint("GET", "/payments/{gateway}/status/{order_id}", Payment)

    gateway: PaymentGateway
    """The payment gateway: `multisafepay` or `coingate`."""
    order_id: RecordId
    """The order's id, from `Payment.order_id`."""


class CancelPayment(Request[Payment], frozen=True):
    """DELETE /payments/{gateway}/cancel/{order_id}: cancel a payment."""

    endpoint: ClassVar[Endpoint] = Endpoint(
        "DELETE",
        "/payments/{gateway}/cancel/{order_id}",
        Payment,
        replay=Replay.NEVER,
        when_in_doubt="ask for the payment's status",
    )

    gateway: PaymentGateway
    """The payment gateway: `multisafepay` or `coingate`."""
    order_id: RecordId
    """The order's id, from `Payment.order_id`."""
