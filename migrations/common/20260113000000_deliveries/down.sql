DROP TABLE unit_deliveries;
DROP TABLE delivery_photos;
