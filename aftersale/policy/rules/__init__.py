"""One rule, one small pure function: it speaks with a verdict, or is silent with None.

A question passes three stages. Whoever may not look at the order learns nothing else, so the first
stage ends everything; facts that contradict each other can carry no yes and no no, so the second
does too; then every rule of what was asked runs. Order inside a stage decides between equals only.
"""

from aftersale.policy.decision import Ask
from aftersale.policy.question import Rule
from aftersale.policy.rules import (
    access,
    coherence,
    contact,
    goods,
    hold,
    payment,
    state,
    undo,
    ways,
)

ACCESS: tuple[Rule, ...] = (access.buyer_is_verified, access.order_is_the_buyers)

COHERENCE: tuple[Rule, ...] = (
    coherence.times_have_zones,
    coherence.nothing_is_in_the_future,
    coherence.goods_agree_with_times,
    coherence.payment_agrees_with_times,
    coherence.cancelled_means_all_lines,
    coherence.lines_are_told_apart,
    coherence.wanted_lines_exist,
)

RULES: dict[Ask, tuple[Rule, ...]] = {
    Ask.CANCEL: (
        state.order_is_open,
        ways.seller_decides,
        ways.storefront_states_a_rule,
        goods.reason_is_known,
        goods.lines_are_known,
        goods.nothing_came_back,
        goods.cutoff_not_passed,
        goods.convenience_is_asked_after_start,
        state.no_request_is_open,
        payment.unpaid_order,
        payment.authorised_order,
        payment.gate_is_open,
        payment.payment_is_settled,
        ways.supplier_consents,
        ways.status_allows,
        ways.refund_is_requested,
        state.order_is_not_finished,
        ways.launch_allows_acting,
    ),
    Ask.HOLD: (
        state.order_is_open,
        hold.hold_is_offered,
        hold.goods_are_still_here,
        hold.not_asked_before,
        hold.supplier_can_be_asked,
        state.order_is_not_finished,
        ways.launch_allows_acting,
    ),
    Ask.CONTACT_SELLER: (contact.seller_can_be_written_to, ways.launch_allows_acting),
    Ask.UNDO_CANCEL: (undo.cancellation_can_be_taken_back,),
}
