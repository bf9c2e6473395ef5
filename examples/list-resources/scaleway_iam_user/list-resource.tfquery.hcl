list "scaleway_iam_user" "without_mfa" {
  provider = apikeys

  config {
    mfa  = false
    type = "member"
  }
}
