"""Words that buyers use to talk about orders; alone they name no goods."""

_WORDS = """
    about account actually address after again agent ago all already also always another answer any
    anything are arrive arrived article asap ask away back bank because been before being bill
    bought box both bot broken but button buy call came can cancel canceled cancelled cancelling
    cannot card cart case cash change charge charged chat cheaper check checkout code come complain
    confirm contact could credit customer damaged date day days deal deliver delivered delivery
    did didn does doesn doing done don early either else email ever every everything expect
    extra far fault fee first fix for form found free from full get getting give goes going gone
    good goods got had happen happened happens has have hello help here hey hold how human idea
    immediately info instead into invoice isn issue item its just keep know last late later leave
    left let like little live long look lost lot made mail make many may maybe mean message mind
    mine mistake money month more most much must name need never new news next nice not nothing now
    number off old once one ones only open option order ordered ordering orders other our out over
    own pack package paid parcel part pay paying payment pending person phone pick piece place
    placed please policy possible post posted price problem product products purchase put question
    quick quickly ready real really reason receive received refund reply request return returned
    right said same say says see seem sell seller send sent service set ship shipment shipped
    shipping shop should show shown shows sign size some someone something soon sorry spam start
    started state status still stop store stuff stupid supplier support sure take taken takes talk
    team tell than thank thanks that the their them then there these they thing things think
    this those thought three ticket time times today together told tomorrow too took total track
    tracking try trying two under undo unpaid until update use used using very wait waiting want
    wanted warehouse was way week weeks well were what whatever when where which while who whole
    why will wish with without won word work working works would write wrong yes yesterday yet you
    your yours zero
"""
TALK = frozenset(_WORDS.split())
