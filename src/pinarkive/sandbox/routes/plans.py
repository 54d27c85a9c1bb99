"""The account's plan, and payments."""

from http import HTTPStatus
from typing import get_args

from ...inputs import PaymentGatewayName, Scope
from ...models import (
    CancelPayment,
    ChangePlan,
    ChangeUserPlan,
    CreatePayment,
    GetMyPlan,
    GetPayment,
    GetUserPlan,
    ListAllPlans,
    ListUserPlans,
)
from ..accounts import Account
from ..bodies import JsonObject, require_text
from ..call import Call
from ..catalog import PLANS, Plan
from ..errors import bad_request, forbidden, missing_scope, not_found, unavailable
from ..payments import Order, Payments
from .answer import Answer, Routes, done

__all__ = ["ROUTES"]


async def my_plan(call: Call) -> Answer:
    """GET /plans/my-plan and /users/me/plan."""
    body: JsonObject = {
        "currentPlan": call.account.plan.on_the_wire(),
        "planDefault": None,
        "planFallback": PLANS["free"].on_the_wire(),
        "planExpiry": None,
        "isEarlyBird": False,
        "isUserDefault": False,
    }
    return Answer(body)


async def plans(call: Call) -> Answer:
    """GET /plans/all and /users/me/plans: the plans that the account may have."""
    return Answer([plan.on_the_wire() for plan in PLANS.values() if is_for(call.account, plan)])


def is_for(account: Account, plan: Plan) -> bool:
    """Return whether an account may choose a plan: it cannot choose one that is not public."""
    return plan.is_public or plan is account.plan


async def read_plan(call: Call) -> Plan:
    """Return the plan with the id in a body, or raise."""
    wanted = require_text(await call.json(), "planId")
    plan = next((plan for plan in PLANS.values() if plan.id == wanted), None)
    if plan is None:
        raise bad_request("Unknown planId")
    if not is_for(call.account, plan):
        raise forbidden("This plan is not available to you")
    return plan


async def change(call: Call) -> Answer:
    """PUT /plans/change and /users/me/plan."""
    account = call.account
    account.plan = await read_plan(call)
    call.world.accounts.save(account)
    return done(f"The plan is {account.plan.name}")


def payments_of(call: Call) -> Payments:
    """Return the payments if the caller may use the gateway in the path, or raise."""
    gateway, payments = call.path["gateway"], call.world.payments
    if gateway not in get_args(PaymentGatewayName):
        raise not_found("There is no such payment gateway")
    if call.principal is not None and not call.principal.may(Scope.PLANS_WRITE):
        raise missing_scope(Scope.PLANS_WRITE)
    if payments is None:
        raise unavailable("This payment gateway is disabled")
    return payments


def own_order(call: Call) -> Order:
    """Return the account's order with the id in the path, or raise."""
    order = payments_of(call).orders.get(call.path["order_id"])
    is_own = order is not None and order.account == call.account.id
    if order is None or not is_own or order.gateway != call.path["gateway"]:
        raise not_found("Order not found")
    return order


async def create_payment(call: Call) -> Answer:
    """POST /payments/{gateway}/create."""
    payments = payments_of(call)
    order = payments.create(call.account.id, call.path["gateway"], await read_plan(call))
    page = f"{call.origin}/pay/{order.id}"
    return Answer(order.on_the_wire() | {"paymentUrl": page}, HTTPStatus.CREATED)


async def payment(call: Call) -> Answer:
    """GET /payments/{gateway}/status/{order_id}."""
    return Answer(own_order(call).on_the_wire())


async def cancel_payment(call: Call) -> Answer:
    """DELETE /payments/{gateway}/cancel/{order_id}."""
    order = own_order(call)
    payments_of(call).cancel(order)
    return Answer(order.on_the_wire())


ROUTES: Routes = {
    GetMyPlan.endpoint: my_plan,
    GetUserPlan.endpoint: my_plan,
    ListAllPlans.endpoint: plans,
    ListUserPlans.endpoint: plans,
    ChangePlan.endpoint: change,
    ChangeUserPlan.endpoint: change,
    CreatePayment.endpoint: create_payment,
    GetPayment.endpoint: payment,
    CancelPayment.endpoint: cancel_payment,
}
