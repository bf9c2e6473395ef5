data "scaleway_iam_api_key" "example" {
  provider = apikeys

  access_key = "SCWXXXXXXXXXXXXXXXXX"
}

output "expires_at" {
  value = data.scaleway_iam_api_key.example.expires_at
}
