DROP TRIGGER unit_deliveries_no_rewrite ON unit_deliveries;
DROP TRIGGER unit_deliveries_no_delete ON unit_deliveries;
DROP TRIGGER delivery_photos_no_change ON delivery_photos;
