# generated from src/pinarkive/_async/payments.py by scripts/generate; change that file
"""`client.payments`: paying for a plan."""

from ..inputs import PaymentGatewayName
from ..models import CancelPayment, CreatePayment, GetPayment, Payment
from .sender import Sender

__all__ = ["Payments"]


class Payments:
    """Payments for a plan. They need a session. Creating or cancelling one is never repeated."""

    def __init__(self, client: Sender) -> None:
        self._client = client

    def create(self, gateway: PaymentGatewayName | str, plan_id: str) -> Payment:
        """POST /payments/{gateway}/create: start a payment for a plan.

        Args:
            gateway: The payment gateway: `"multisafepay"` or `"coingate"`.
            plan_id: The plan's `id`, from `client.plans.all()`.

        Returns:
            `Payment`, with the `order_id` and the `url` of the payment page, if known.
            The service does not document its fields; all of them are in `model_extra`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            ServiceUnavailableError: The payment gateway is switched off.
            APIConnectionError: There is no usable answer; if `.sent == "maybe"`, an order may
                exist.

        Example:
            payment = client.payments.create("coingate", plan.id)
        """
        return self._client.send(CreatePayment(gateway=gateway, plan_id=plan_id))

    def get(self, gateway: PaymentGatewayName | str, order_id: str) -> Payment:
        """GET /payments/{gateway}/status/{order_id}: ask for the state of a payment.

        Args:
            gateway: The payment gateway: `"multisafepay"` or `"coingate"`.
            order_id: The order's id, from `Payment.order_id`.

        Returns:
            `Payment`, with its `status`. The service does not document its fields; all of them are
            in `model_extra`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            NotFoundError: There is no such order.
            ServiceUnavailableError: The payment gateway is switched off.

        Example:
            print(client.payments.get("coingate", payment.order_id).status)
        """
        return self._client.send(GetPayment(gateway=gateway, order_id=order_id))

    def cancel(self, gateway: PaymentGatewayName | str, order_id: str) -> Payment:
        """DELETE /payments/{gateway}/cancel/{order_id}: cancel a payment that is not paid yet.

        Args:
            gateway: The payment gateway: `"multisafepay"` or `"coingate"`.
            order_id: The order's id, from `Payment.order_id`.

        Returns:
            `Payment`. The service does not document its fields; all of them are in `model_extra`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            NotFoundError: There is no such order.
            ServiceUnavailableError: The payment gateway is switched off.

        Example:
            client.payments.cancel("coingate", payment.order_id)
        """
        return self._client.send(CancelPayment(gateway=gateway, order_id=order_id))
