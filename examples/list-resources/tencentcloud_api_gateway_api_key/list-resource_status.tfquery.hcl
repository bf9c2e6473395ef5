# Disabled keys by name

list "tencentcloud_api_gateway_api_key" "disabled" {
  provider = apikeys

  config {
    secret_name = "example"
    status      = "off"
  }
}
