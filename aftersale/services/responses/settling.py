"""What is said when the platform has a seller's answer: is the case settled?"""

from aftersale.services.responses.case_news import RESPONSES as CASES

RESPONSES: dict[str, tuple[str, ...]] = {
    "entry_case_settles": (),
    "utter_told_case_settles": CASES["utter_told_case_asked"],
    "utter_told_case_settled": CASES["utter_told_case_goes_on"],
    "utter_case_settled": CASES["utter_case_added"],
}
CHOICES: tuple[str, ...] = ("solved_it", "add_to_case", "open_case")
