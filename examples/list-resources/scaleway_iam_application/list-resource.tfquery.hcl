list "scaleway_iam_application" "billing" {
  provider = apikeys

  config {
    tag = "billing"
  }
}
