import {
  provider = apikeys

  to = tencentcloud_api_gateway_api_key.example
  identity = {
    id = "AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B"

    # Optional
    # region = "ap-guangzhou"
  }
}
