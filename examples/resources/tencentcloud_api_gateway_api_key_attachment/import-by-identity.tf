import {
  provider = apikeys

  to = tencentcloud_api_gateway_api_key_attachment.billing
  identity = {
    api_key_id    = "AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B"
    usage_plan_id = "usagePlan-gyeafpab"

    # Optional
    # region = "ap-guangzhou"
  }
}
