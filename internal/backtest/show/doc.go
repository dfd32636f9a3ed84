// Package show shows what a backtest has come to: in a terminal, and as a picture.
package show
