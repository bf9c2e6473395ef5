terraform {
  required_providers {
    apikeys = {
      source = "apikeys/apikeys"
    }
  }
}

# Credentials come from the environment in this example.
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
