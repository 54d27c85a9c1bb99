"""`client.payments`: paying for a plan."""

from ..inputs import PaymentGatewayName
from ..models import CancelPayment, CreatePayment, GetPayment, Payment
from .sender import AsyncSender

__all__ = ["AsyncPayments"]


class AsyncPayments:
    """Payments for a plan. It needs a session; no call that makes or cancels one is repeated."""

    def __init__(self, client: AsyncSender) -> None:
        self._client = client

    async def create(self, gateway: PaymentGatewayName | str, plan_id: str) -> Payment:
        """POST /payments/{gateway}/create: begin to pay for a plan.

        Args:
            gateway: The payment gateway: `"multisafepay"` or `"coingate"`.
            plan_id: The plan's `id`, as `client.plans.all()` lists it.

        Returns:
            `Payment`, with the `order_id` and the `url` on which it is paid, where they are known.
            The service's documentation does not tell what it has; all is in `model_extra`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            ServiceUnavailableError: The payment gateway is switched off.
            APIConnectionError: There is no usable answer; with `.sent == "maybe"` an order may have
                been made.

        Example:
            payment = await client.payments.create("coingate", plan.id)
        """
        return await self._client.send(CreatePayment(gateway=gateway, plan_id=plan_id))

    async def get(self, gateway: PaymentGatewayName | str, order_id: str) -> Payment:
        """GET /payments/{gateway}/status/{order_id}: ask how a payment stands.

        Args:
            gateway: The payment gateway: `"multisafepay"` or `"coingate"`.
            order_id: The order's id, from `Payment.order_id`.

        Returns:
            `Payment`, with its `status`. The service's documentation does not tell what it has; all
            is in `model_extra`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            NotFoundError: There is no such order.
            ServiceUnavailableError: The payment gateway is switched off.

        Example:
            print((await client.payments.get("coingate", payment.order_id)).status)
        """
        return await self._client.send(GetPayment(gateway=gateway, order_id=order_id))

    async def cancel(self, gateway: PaymentGatewayName | str, order_id: str) -> Payment:
        """DELETE /payments/{gateway}/cancel/{order_id}: cancel a payment that was not made yet.

        Args:
            gateway: The payment gateway: `"multisafepay"` or `"coingate"`.
            order_id: The order's id, from `Payment.order_id`.

        Returns:
            `Payment`. The service's documentation does not tell what it has; all is in
            `model_extra`.

        Raises:
            InvalidInputError: An argument is malformed; nothing was sent.
            NotFoundError: There is no such order.
            ServiceUnavailableError: The payment gateway is switched off.

        Example:
            await client.payments.cancel("coingate", payment.order_id)
        """
        return await self._client.send(CancelPayment(gateway=gateway, order_id=order_id))
