import {
  to = scaleway_iam_api_key.example
  id = "SCWXXXXXXXXXXXXXXXXX"
}
