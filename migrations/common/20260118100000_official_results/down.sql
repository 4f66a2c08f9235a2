DROP TABLE official_result_files;
DROP TABLE official_result_items;
DROP TABLE official_results;
