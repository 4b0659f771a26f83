"""The methods served here and what each of them takes, from the Bot API's own reference (10.1).

One line a parameter group: `name` is text, `name:type` anything else, and `!` marks what is required.
A test holds this table against the machine-readable Bot API.
"""

from __future__ import annotations

from dataclasses import dataclass

_THREAD = "message_thread_id:int direct_messages_topic_id:int"
_QUIET = "disable_notification:bool protect_content:bool"
_PAID = "allow_paid_broadcast:bool message_effect_id"
_POST = "suggested_post_parameters:SuggestedPostParameters"
_REPLY = "reply_parameters:ReplyParameters"
_TAIL = f"{_QUIET} {_PAID} {_POST} {_REPLY} reply_markup:Markup"
_HEAD = f"business_connection_id chat_id!:chat {_THREAD}"
_CAPTION = "caption parse_mode caption_entities:[MessageEntity]"
_COVERED = f"{_CAPTION} show_caption_above_media:bool"
_SIZE = "duration:int width:int height:int thumbnail:media"
_FROM = f"chat_id!:chat {_THREAD} from_chat_id!:chat"
_EDITED = "business_connection_id chat_id:chat message_id:int inline_message_id"
_KEYS = "reply_markup:InlineKeyboardMarkup"
_SCOPE = "scope:BotCommandScope language_code"
_PLACE = "latitude!:float longitude!:float"
_ITEM = "type! media!:media"
_TOPIC = "chat_id!:chat message_thread_id!:int"

METHODS: dict[str, str] = {
    "getMe": "",
    "logOut": "",
    "close": "",
    "getUpdates": "offset:int limit:int timeout:int allowed_updates:[str]",
    "setWebhook": "url! certificate:file ip_address max_connections:int allowed_updates:[str] "
    "drop_pending_updates:bool secret_token",
    "deleteWebhook": "drop_pending_updates:bool",
    "getWebhookInfo": "",
    "sendMessage": f"{_HEAD} text! parse_mode entities:[MessageEntity] "
    f"link_preview_options:LinkPreviewOptions {_TAIL}",
    "sendPhoto": f"{_HEAD} photo!:media {_COVERED} has_spoiler:bool {_TAIL}",
    "sendVideo": f"{_HEAD} video!:media {_SIZE} cover:media start_timestamp:int {_COVERED} has_spoiler:bool "
    f"supports_streaming:bool {_TAIL}",
    "sendAnimation": f"{_HEAD} animation!:media {_SIZE} {_COVERED} has_spoiler:bool {_TAIL}",
    "sendDocument": f"{_HEAD} document!:media thumbnail:media {_CAPTION} "
    f"disable_content_type_detection:bool {_TAIL}",
    "sendAudio": f"{_HEAD} audio!:media {_CAPTION} duration:int performer title thumbnail:media {_TAIL}",
    "sendVoice": f"{_HEAD} voice!:media {_CAPTION} duration:int {_TAIL}",
    "sendVideoNote": f"{_HEAD} video_note!:media duration:int length:int thumbnail:media {_TAIL}",
    "sendSticker": f"{_HEAD} sticker!:media emoji {_TAIL}",
    "sendLocation": f"{_HEAD} {_PLACE} horizontal_accuracy:float live_period:int heading:int "
    f"proximity_alert_radius:int {_TAIL}",
    "sendVenue": f"{_HEAD} {_PLACE} title! address! foursquare_id foursquare_type google_place_id "
    f"google_place_type {_TAIL}",
    "sendContact": f"{_HEAD} phone_number! first_name! last_name vcard {_TAIL}",
    "sendPoll": "business_connection_id chat_id!:chat message_thread_id:int question! question_parse_mode "
    "question_entities:[MessageEntity] options!:[InputPollOption] is_anonymous:bool type "
    "allows_multiple_answers:bool allows_revoting:bool shuffle_options:bool allow_adding_options:bool "
    "hide_results_until_closes:bool members_only:bool country_codes:[str] correct_option_ids:[int] "
    "explanation explanation_parse_mode explanation_entities:[MessageEntity] "
    "explanation_media:InputPollMedia open_period:int close_date:int is_closed:bool description "
    "description_parse_mode description_entities:[MessageEntity] media:InputPollMedia "
    f"{_QUIET} {_PAID} {_REPLY} reply_markup:Markup",
    "sendDice": f"{_HEAD} emoji {_TAIL}",
    "sendMediaGroup": f"{_HEAD} media!:[InputMedia] {_QUIET} {_PAID} {_REPLY}",
    "sendChatAction": "business_connection_id chat_id!:chat message_thread_id:int action!",
    "copyMessage": f"{_FROM} message_id!:int video_start_timestamp:int {_COVERED} {_TAIL}",
    "copyMessages": f"{_FROM} message_ids!:[int] {_QUIET} remove_caption:bool",
    "forwardMessage": f"{_FROM} message_id!:int video_start_timestamp:int {_QUIET} message_effect_id {_POST}",
    "forwardMessages": f"{_FROM} message_ids!:[int] {_QUIET}",
    "editMessageText": f"{_EDITED} text parse_mode entities:[MessageEntity] "
    f"link_preview_options:LinkPreviewOptions rich_message:InputRichMessage {_KEYS}",
    "editMessageCaption": f"{_EDITED} {_COVERED} {_KEYS}",
    "editMessageReplyMarkup": f"{_EDITED} {_KEYS}",
    "deleteMessage": "chat_id!:chat message_id!:int",
    "deleteMessages": "chat_id!:chat message_ids!:[int]",
    "answerCallbackQuery": "callback_query_id! text show_alert:bool url cache_time:int",
    "setMyCommands": f"commands!:[BotCommand] {_SCOPE}",
    "getMyCommands": _SCOPE,
    "deleteMyCommands": _SCOPE,
    "setMyName": "name language_code",
    "getMyName": "language_code",
    "setMyDescription": "description language_code",
    "getMyDescription": "language_code",
    "setMyShortDescription": "short_description language_code",
    "getMyShortDescription": "language_code",
    "getChat": "chat_id!:chat",
    "getChatMember": "chat_id!:chat user_id!:int",
    "getChatMemberCount": "chat_id!:chat",
    "getChatAdministrators": "chat_id!:chat return_bots:bool",
    "pinChatMessage": "business_connection_id chat_id!:chat message_id!:int disable_notification:bool",
    "unpinChatMessage": "business_connection_id chat_id!:chat message_id:int",
    "unpinAllChatMessages": "chat_id!:chat",
    "leaveChat": "chat_id!:chat",
    "createForumTopic": "chat_id!:chat name! icon_color:int icon_custom_emoji_id",
    "closeForumTopic": _TOPIC,
    "reopenForumTopic": _TOPIC,
    "getFile": "file_id!",
}

OBJECTS: dict[str, str] = {
    "MessageEntity": "type! offset!:int length!:int url user:User language custom_emoji_id "
    "unix_time:int date_time_format",
    "LinkPreviewOptions": "is_disabled:bool url prefer_small_media:bool prefer_large_media:bool "
    "show_above_text:bool",
    "ReplyParameters": "message_id!:int chat_id:chat allow_sending_without_reply:bool quote quote_parse_mode "
    "quote_entities:[MessageEntity] quote_position:int checklist_task_id:int poll_option_id",
    "BotCommand": "command! description!",
    "BotCommandScopeDefault": "type!",
    "BotCommandScopeAllPrivateChats": "type!",
    "BotCommandScopeAllGroupChats": "type!",
    "BotCommandScopeAllChatAdministrators": "type!",
    "BotCommandScopeChat": "type! chat_id!:chat",
    "BotCommandScopeChatAdministrators": "type! chat_id!:chat",
    "BotCommandScopeChatMember": "type! chat_id!:chat user_id!:int",
    "InputPollOption": "text! text_parse_mode text_entities:[MessageEntity] media:InputPollOptionMedia",
    "InputMediaPhoto": f"{_ITEM} {_COVERED} has_spoiler:bool",
    "InputMediaVideo": f"{_ITEM} {_SIZE} cover:media start_timestamp:int {_COVERED} has_spoiler:bool "
    "supports_streaming:bool",
    "InputMediaDocument": f"{_ITEM} thumbnail:media {_CAPTION} disable_content_type_detection:bool",
    "InputMediaAudio": f"{_ITEM} thumbnail:media {_CAPTION} duration:int performer title",
    "ReplyKeyboardMarkup": "keyboard!:[[KeyboardButton]] is_persistent:bool resize_keyboard:bool "
    "one_time_keyboard:bool input_field_placeholder selective:bool",
    "KeyboardButton": "text! icon_custom_emoji_id style request_users:KeyboardButtonRequestUsers "
    "request_chat:KeyboardButtonRequestChat request_managed_bot:KeyboardButtonRequestManagedBot "
    "request_contact:bool request_location:bool request_poll:KeyboardButtonPollType web_app:WebAppInfo",
    "ReplyKeyboardRemove": "remove_keyboard!:bool selective:bool",
    "ForceReply": "force_reply!:bool input_field_placeholder selective:bool",
    "InlineKeyboardMarkup": "inline_keyboard!:[[InlineKeyboardButton]]",
    "InlineKeyboardButton": "text! icon_custom_emoji_id style url callback_data web_app:WebAppInfo "
    "login_url:LoginUrl switch_inline_query switch_inline_query_current_chat "
    "switch_inline_query_chosen_chat:SwitchInlineQueryChosenChat copy_text:CopyTextButton "
    "callback_game:CallbackGame pay:bool",
    "User": "id!:int is_bot!:bool first_name! last_name username language_code is_premium:bool "
    "added_to_attachment_menu:bool can_join_groups:bool can_read_all_group_messages:bool "
    "supports_guest_queries:bool supports_inline_queries:bool can_connect_to_business:bool "
    "has_main_web_app:bool has_topics_enabled:bool allows_users_to_create_topics:bool can_manage_bots:bool "
    "supports_join_request_queries:bool",
    "WebAppInfo": "url!",
    "CopyTextButton": "text!",
}

# What stands for several objects: its `type`, or the field that is there, says which one is meant.
TYPED: dict[str, dict[str, str]] = {
    "InputMedia": {
        "photo": "InputMediaPhoto",
        "video": "InputMediaVideo",
        "document": "InputMediaDocument",
        "audio": "InputMediaAudio",
    },
    "BotCommandScope": {
        "default": "BotCommandScopeDefault",
        "all_private_chats": "BotCommandScopeAllPrivateChats",
        "all_group_chats": "BotCommandScopeAllGroupChats",
        "all_chat_administrators": "BotCommandScopeAllChatAdministrators",
        "chat": "BotCommandScopeChat",
        "chat_administrators": "BotCommandScopeChatAdministrators",
        "chat_member": "BotCommandScopeChatMember",
    },
}
MARKUPS: dict[str, str] = {
    "inline_keyboard": "InlineKeyboardMarkup",
    "keyboard": "ReplyKeyboardMarkup",
    "remove_keyboard": "ReplyKeyboardRemove",
    "force_reply": "ForceReply",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """One parameter or field.

    `type` is int, float, str, bool, chat, media, file, an object's name, or [type].
    """

    name: str
    type: str
    required: bool


def declared(line: str) -> tuple[Declared, ...]:
    return tuple(_declared(word) for word in line.split())


def _declared(word: str) -> Declared:
    name, _, kind = word.partition(":")
    return Declared(name.rstrip("!"), kind or "str", name.endswith("!"))
