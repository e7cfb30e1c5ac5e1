module github.com/lianxi-cc/lianxi/bench/hyperscan

go 1.26.0

require github.com/lianxi-cc/lianxi v0.0.0

require go.yaml.in/yaml/v3 v3.0.6 // indirect

replace github.com/lianxi-cc/lianxi => ../..
