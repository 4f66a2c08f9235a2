DROP TRIGGER proxy_documents_no_change ON proxy_documents;
DROP TRIGGER proxies_no_rewrite ON proxies;
DROP TRIGGER proxies_no_delete ON proxies;
