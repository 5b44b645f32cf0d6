# hint: password exit-3
# after: certificate
mkdir auth
docker run --rm httpd:2 htpasswd -bn ada anchor > auth/htpasswd
