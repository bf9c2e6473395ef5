# All keys of an organization

list "scaleway_iam_api_key" "all" {
  provider = apikeys

  config {
    organization_id = "11111111-2222-3333-4444-555555555555"
  }
}
