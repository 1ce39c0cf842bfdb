"""What a buyer is told about a message of a messenger that cannot be used as it is."""

from aftersale.domain.channels import Unusable

RESPONSES: dict[str, tuple[str, ...]] = {
    **{f"utter_channel_{what.value}": () for what in Unusable},
    "utter_channel_edited": (),  # a message that was read already says something else now
    "utter_channel_cut": (),  # too long: its end was left out
    "utter_channel_again": (),  # it could not be passed on
    "utter_channel_button_gone": (),
    "utter_channel_group": (),  # others read along
    "utter_channel_blocked": (),
    "utter_channel_file_lost": (),  # the messenger does not give it
    "utter_channel_file_more": (),  # too many at once
    # why a file is not kept, by the code of the refusal
    "utter_channel_upload_refused": (),
    "utter_channel_upload_too_large": (),
    "utter_channel_upload_too_many_pixels": (),
    "utter_channel_upload_unreadable": (),
    "utter_channel_uploads_full": (),
}

CHOICES: tuple[str, ...] = ()
