# The keys of main.tf, looked up by data sources. `cargo demo` adds this file once they exist.

data "aws_api_gateway_api_keys" "demo" {
  name_prefix = "demo"
}

data "tencentcloud_api_gateway_api_keys" "demo" {
  secret_name = "demo"
}

data "scaleway_iam_api_key" "demo" {
  access_key = scaleway_iam_api_key.demo.id
}

output "found" {
  description = "The ids of the keys. Only their secrets are sensitive."
  value = concat(
    data.aws_api_gateway_api_keys.demo.items[*].id,
    data.tencentcloud_api_gateway_api_keys.demo.list[*].api_key_id,
    [data.scaleway_iam_api_key.demo.id],
  )
}
