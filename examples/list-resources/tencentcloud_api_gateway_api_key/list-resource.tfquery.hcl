# All keys

list "tencentcloud_api_gateway_api_key" "all" {
  provider = apikeys
  limit    = 400
}
