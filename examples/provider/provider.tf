terraform {
  required_providers {
    apikeys = {
      source = "apikeys/apikeys"
    }
  }
}

# Credentials come from the environment here.
provider "apikeys" {
  aws {
    region = "eu-west-1"

    default_tags {
      tags = {
        Team = "billing"
      }
    }
  }

  tencentcloud {
    region = "ap-guangzhou"
  }

  scaleway {}
}
