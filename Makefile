.PHONY: help run test lint bench evaluate lock environments dev-environments
APP := .venv-app/bin/python

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

run: environments ## bot, web, worker and the simulator; PORT=8080; Ctrl-C stops them all
	@bin/khaibao run

test: dev-environments ## every test that can run here, and what was skipped
	@$(APP) bin/tests

lint: dev-environments ## style, types, import arrows, translations, locks
	@$(APP) bin/lint

bench: dev-environments ## ours beside stock Rasa; benchmarks/results/latest.json
	@$(APP) -m benchmarks.run

evaluate: dev-environments ## understanding on the held-out sets; docs/understanding.md (DIET=1: beside stock Rasa, minutes)
	@.venv-bot/bin/python -m nlu_data.evaluate $(if $(DIET),--diet)

lock: environments ## renew bin/locks/*.txt from *.in (UPGRADE=1: newest versions)
	@$(APP) bin/lint --write-locks $(if $(UPGRADE),--upgrade)

environments:
	@command -v python3 >/dev/null || { echo "Python 3 is missing: install it (Debian, Ubuntu: apt-get install python3 python3-venv)." >&2; exit 1; }
	@python3 bin/bootstrap

dev-environments:
	@command -v python3 >/dev/null || { echo "Python 3 is missing: install it (Debian, Ubuntu: apt-get install python3 python3-venv)." >&2; exit 1; }
	@python3 bin/bootstrap --dev
