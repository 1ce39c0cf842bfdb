"""One rule, one small pure function: it speaks with a verdict, or is silent with None.

A question passes four stages. Whoever may not look at the order learns nothing else, so the first
stage ends everything; while nothing may change the second does; facts that contradict each other
can carry no yes and no no, so the third does too; then every rule of what was asked runs. Order
inside a stage decides between equals only.
"""

from aftersale.policy.decision import Ask
from aftersale.policy.question import Rule
from aftersale.policy.rules import (
    access,
    coherence,
    contact,
    disputes,
    goods,
    hold,
    launch,
    payment,
    problems,
    reimbursing,
    returning,
    state,
    undo,
    ways,
)

ACCESS: tuple[Rule, ...] = (
    access.buyer_is_verified,
    access.order_is_the_buyers,
    access.chat_is_connected_well_enough,
)

LAUNCH: tuple[Rule, ...] = (launch.nothing_may_change,)

# What no fact can change, so that contradictory facts do not either.
PRINCIPLES: dict[Ask, tuple[Rule, ...]] = {Ask.INTERVENE: (disputes.platform_stays_out,)}

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
    ),
    Ask.HOLD: (
        state.order_is_open,
        hold.hold_is_offered,
        hold.goods_are_still_here,
        hold.not_asked_before,
        hold.supplier_can_be_asked,
        state.order_is_not_finished,
    ),
    Ask.CONTACT_SELLER: (contact.seller_can_be_written_to,),
    Ask.UNDO_CANCEL: (undo.cancellation_can_be_taken_back,),
    Ask.PROBLEM: (
        problems.issue_is_known,
        problems.goods_are_still_wanted,
        problems.delivery_is_due,
        problems.delay_is_no_loss,
        problems.goods_have_left,
        problems.somebody_looks_first,
    ),
    Ask.RETURN: (
        returning.order_is_not_cancelled,
        returning.goods_are_here,
        returning.storefront_has_a_way,
        returning.class_may_come_back,
        returning.goods_are_unopened,
        returning.goods_differ_from_listing,
        returning.in_good_time,
        returning.request_is_reviewed,
    ),
    Ask.REIMBURSE: (
        reimbursing.reimbursing_is_offered,
        reimbursing.something_was_paid,
        reimbursing.goods_never_came,
        reimbursing.seller_was_tried,
        reimbursing.eligibility_is_reviewed,
    ),
    Ask.INTERVENE: (
        disputes.storefront_says_something,
        disputes.review_takes_its_place,
        disputes.a_trigger_is_met,
    ),
    Ask.ESCALATE: (disputes.a_decision_can_be_reviewed,),
}
