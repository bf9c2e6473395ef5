# Keys by name or ID

data "tencentcloud_api_gateway_api_keys" "by_name" {
  provider = apikeys

  secret_name = "example"
}

data "tencentcloud_api_gateway_api_keys" "by_id" {
  provider = apikeys

  api_key_id = "AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B"
}
