# Keys in a file

data "tencentcloud_api_gateway_api_keys" "all" {
  provider = apikeys

  result_output_file = "keys.json"
}
