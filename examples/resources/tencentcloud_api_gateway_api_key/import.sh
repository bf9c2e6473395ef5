# The id of the key, in the provider's region.
terraform import tencentcloud_api_gateway_api_key.example AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B
