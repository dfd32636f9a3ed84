package ec2

import (
	"context"
	"encoding/base64"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ConsoleOutput returns the latest output of the instance's serial console.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
func (c *Client) ConsoleOutput(ctx context.Context, r quarantine.Resource) (string, error) {
	api, err := c.in(r)
	if err != nil {
		return "", err
	}
	out, err := api.GetConsoleOutput(ctx, &awsec2.GetConsoleOutputInput{DryRun: dry(ctx), InstanceId: aws.String(r.ID)})
	if err != nil {
		return "", failure("GetConsoleOutput", err)
	}
	text, err := base64.StdEncoding.DecodeString(aws.ToString(out.Output))
	if err != nil {
		return "", failure("GetConsoleOutput", fmt.Errorf("the console's text is not base64: %w", err))
	}
	return string(text), nil
}

// ConsoleScreenshot returns a picture of the instance's screen. It does not wake the screen
// up: that is a key pressed on the instance.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleScreenshot.html
func (c *Client) ConsoleScreenshot(ctx context.Context, r quarantine.Resource) ([]byte, error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	out, err := api.GetConsoleScreenshot(ctx, &awsec2.GetConsoleScreenshotInput{DryRun: dry(ctx), InstanceId: aws.String(r.ID)})
	if err != nil {
		return nil, failure("GetConsoleScreenshot", err)
	}
	picture, err := base64.StdEncoding.DecodeString(aws.ToString(out.ImageData))
	if err != nil {
		return nil, failure("GetConsoleScreenshot", fmt.Errorf("the picture is not base64: %w", err))
	}
	return picture, nil
}
