# Generated id and secret

resource "tencentcloud_api_gateway_api_key" "example" {
  provider = apikeys

  secret_name = "example"
  status      = "on"
}
