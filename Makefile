# make serve   prepares everything, then serves http://localhost:8000
# make test    prepares everything and a browser, then checks and tests

.PHONY: serve test

serve:
	@sh scripts/prepare
	@exec .venv/bin/donghanh serve

test:
	@sh scripts/prepare --for-tests
	@.venv/bin/donghanh check
	@exec .venv/bin/pytest
