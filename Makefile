# The commands of the project; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench fmt generated

LISTEN ?= 127.0.0.1:8080

help: ## List the commands · 列出命令
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

run: ## Build, migrate, load the demo district, serve it · 构建并启动演示区
	cargo run --locked --quiet -- demo --listen $(LISTEN)

test: ## Everything on SQLite and PostgreSQL (installs PostgreSQL if absent) · 运行全部测试
	scripts/with-postgres.sh cargo test --locked

lint: ## Formatting, lints, documentation, licences · 静态检查
	scripts/lint.sh

bench: ## Benchmarks, as ratios of one run · 性能测试
	POSTGRES_DURABLE=1 scripts/with-postgres.sh cargo bench --locked

fmt: ## Format the code · 格式化
	cargo fmt

generated: ## Write generated files anew: OpenAPI, example settings, diagrams · 更新生成文件
	UPDATE_GENERATED=1 scripts/with-postgres.sh cargo test --locked
