# The IDs of key and plan: key-id#usage-plan-id, in the provider's region.
terraform import tencentcloud_api_gateway_api_key_attachment.billing 'AKIDMZwceezso9ps5p8jkro8a9fwe1e7nzF2k50B#usagePlan-gyeafpab'
