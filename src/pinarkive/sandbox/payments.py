"""Orders for plans, if the sandbox has payment gateways."""

import secrets
from dataclasses import dataclass

from .catalog import KeptPlan, Plan
from .database import Database, Shelf

__all__ = ["Order", "Payments"]


@dataclass(slots=True)
class Order:
    """One payment."""

    id: str
    account: str
    gateway: str
    plan: KeptPlan
    status: str = "pending"

    def on_the_wire(self) -> dict[str, object]:
        """Return the payment as the service sends it."""
        return {
            "orderId": self.id,
            "status": self.status,
            "planId": self.plan.id,
            "amount": self.plan.price_per_month,
            "currency": "EUR",
        }


class Payments:
    """The orders of all accounts. Nothing is ever paid."""

    def __init__(self, database: Database) -> None:
        self.orders: Shelf[Order] = Shelf(database, "orders", Order)

    def create(self, account: str, gateway: str, plan: Plan) -> Order:
        """Return a new order."""
        order = Order(secrets.token_hex(12), account, gateway, plan)
        self.orders[order.id] = order
        return order

    def cancel(self, order: Order) -> None:
        """Mark an order as cancelled."""
        order.status = "cancelled"
        self.orders.touch(order.id)
