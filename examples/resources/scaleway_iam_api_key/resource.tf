# A key of an application.
resource "scaleway_iam_api_key" "example" {
  provider = apikeys

  application_id = "11111111-2222-3333-4444-555555555555"
  description    = "For the deployment"
}
