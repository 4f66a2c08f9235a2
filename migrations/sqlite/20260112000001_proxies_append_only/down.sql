DROP TRIGGER proxy_documents_no_delete;
DROP TRIGGER proxy_documents_no_update;
DROP TRIGGER proxies_no_rewrite;
DROP TRIGGER proxies_no_delete;
