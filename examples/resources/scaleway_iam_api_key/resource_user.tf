# A key of a user that ends by itself and uses one project in Object Storage.
resource "scaleway_iam_api_key" "user" {
  provider = apikeys

  user_id            = "22222222-3333-4444-5555-666666666666"
  default_project_id = "33333333-4444-5555-6666-777777777777"
  expires_at         = "2040-01-31T12:00:00Z"

  lifecycle {
    # The new key is there before the old one goes.
    create_before_destroy = true
  }
}
