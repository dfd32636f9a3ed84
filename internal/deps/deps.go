// Package deps holds the dependency list while the packages that need them are written.
package deps

import (
	_ "github.com/alecthomas/kong"
	_ "github.com/aws/aws-lambda-go/lambda"
	_ "github.com/aws/aws-sdk-go-v2/aws"
	_ "github.com/aws/aws-sdk-go-v2/config"
	_ "github.com/aws/aws-sdk-go-v2/service/sfn"
	_ "github.com/aws/aws-sdk-go-v2/service/ssm"
	_ "github.com/caarlos0/env/v11"
	_ "github.com/chromedp/chromedp"
	_ "golang.org/x/sync/errgroup"
	_ "pgregory.net/rapid"
)
