"""Files of visitors: taken by what their bytes say, given back as attachments to that visitor only."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.website import problems
from bot.channels.website.problems import RefusedError
from bot.channels.website.reception import Reception
from bot.channels.website.requests import client_address, parse_language, parse_message_id
from bot.channels.website.visitors import CHANNEL, load_address
from bot.upload_folder import FileTooLargeError, UploadFolder
from journey_state.conversations import Accepted, find_conversation
from journey_state.errors import TooManyUploadsError
from journey_state.media_types import choose_file_name, sniff_media_type
from journey_state.messages import InboundMessage, Reply
from journey_state.store import JourneyStore, new_id, utc_now
from journey_state.uploads import Upload, accept_upload, find_upload

BINARY = "application/octet-stream"
RECEIVED = {
    "vi": "Mình đã nhận tệp “{name}”. Mình chưa tự xem được tệp, nhân viên sẽ xem khi hỗ trợ bạn. Bạn mô tả giúp mình vài chữ nhé.",
    "en": "I have received “{name}”. I cannot look into files myself; our staff will. Please describe it in a few words.",
}


class UploadsApi:
    """Handlers of /api/website/uploads."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._folder = UploadFolder(reception.services.settings.var_folder)
        self._max_bytes = reception.services.settings.upload_mb * 1_000_000

    async def post_upload(self, request: Request) -> Response:
        """Keep a file and write its arrival down; 202 after the commit, 200 for a repeat."""
        token, query = self._reception.require_token(request), request.query_params
        self._reception.limits.check_message(token, client_address(request))
        # Not a type that a foreign page's form could send.
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != BINARY:
            raise RefusedError(problems.WRONG_CONTENT_TYPE)
        client_id, language = parse_message_id(query.get("id")), parse_language(query) or "vi"
        address = await self._reception.run(load_address, token)
        upload = await self._receive(request, query.get("name", ""))
        inbound = InboundMessage(
            CHANNEL, address, client_id, "", utc_now(), details={"client_id": client_id, "language": language, "attachment": asdict(upload)}
        )
        accepted = await self._keep(inbound, upload, language)
        self._reception.services.wakeups.notify(accepted.conversation_id, address)
        written = {"id": accepted.message_id, "client_id": client_id, "seq": accepted.seq}
        return JSONResponse(written, status_code=200 if accepted.is_repeat else 202, headers={"Cache-Control": "no-store"})

    async def get_upload(self, request: Request) -> Response:
        """One of the visitor's own files."""
        token = self._reception.require_token(request)
        self._reception.limits.check_read(token, client_address(request))
        upload = await self._reception.run(_find_own, token, request.path_params["upload_id"])
        if upload is None:
            raise RefusedError(problems.UNKNOWN_FILE)
        try:
            return self._folder.attachment(upload)
        except FileNotFoundError:
            raise RefusedError(problems.UNKNOWN_FILE) from None

    async def _receive(self, request: Request, name: str) -> Upload:
        upload_id = new_id()
        try:
            stored = await self._folder.write(upload_id, request.stream(), self._max_bytes)
        except FileTooLargeError:
            raise RefusedError(problems.FILE_TOO_LARGE) from None
        media_type = sniff_media_type(stored.head)
        if media_type is None:
            self._folder.remove(upload_id)
            raise RefusedError(problems.WRONG_FILE_TYPE)
        return Upload(upload_id, choose_file_name(name, media_type), media_type, stored.size)

    async def _keep(self, inbound: InboundMessage, upload: Upload, language: str) -> Accepted:
        reply = Reply(RECEIVED[language].replace("{name}", upload.name), language=language)
        try:
            accepted = await self._reception.run(_accept, inbound, upload, reply)
        except TooManyUploadsError:
            self._folder.remove(upload.id)
            raise RefusedError(problems.TOO_MANY_FILES) from None
        if accepted.is_repeat:
            self._folder.remove(upload.id)
        return accepted


def _accept(store: JourneyStore, inbound: InboundMessage, upload: Upload, reply: Reply) -> Accepted:
    with store.transaction() as session:
        return accept_upload(session, inbound, upload, reply)


def _find_own(store: JourneyStore, token: str, upload_id: str) -> Upload | None:
    address = load_address(store, token)
    with store.reading() as session:
        conversation = find_conversation(session, CHANNEL, address)
        return None if conversation is None else find_upload(session, upload_id, conversation.id)
