#!/bin/sh
# Fills in the templates of /etc/nginx/templates: names of environment variables become their values in /etc/nginx/conf.d.
set -e
templates=${NGINX_ENVSUBST_TEMPLATE_DIR:-/etc/nginx/templates}
suffix=${NGINX_ENVSUBST_TEMPLATE_SUFFIX:-.template}
target=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
[ -d "$templates" ] || exit 0

# Only what the environment has is filled in: nginx writes its own variables in the same way.
known=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p' | tr '\n' ' ')
find "$templates" -type f -name "*$suffix" | sort | while read -r template; do
	file=$target/${template#"$templates"/}
	file=${file%"$suffix"}
	mkdir -p "$(dirname "$file")"
	echo "$0: $template -> $file"
	envsubst "$known" <"$template" >"$file"
done
