list "tencentcloud_api_gateway_api_key_attachment" "partners" {
  provider = apikeys

  config {
    usage_plan_id = "usagePlan-gyeafpab"
  }
}
