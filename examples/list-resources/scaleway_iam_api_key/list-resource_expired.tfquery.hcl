# Expired keys of an application

list "scaleway_iam_api_key" "expired" {
  provider = apikeys

  config {
    bearer_id = "11111111-2222-3333-4444-555555555555"
    expired   = true
  }
}
