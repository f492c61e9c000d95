# One image, four processes: `web`, `worker`, `status`, and `migrate` before them (compose.yaml shows how).
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node bin/bootstrap.mjs build

FROM node:24-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production LASTGOOD_DATA=/data LASTGOOD_HOST=0.0.0.0 LASTGOOD_SANDBOX=off
COPY --from=build --chown=node:node /app /app
RUN mkdir -p /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000 3001
ENTRYPOINT ["node", "bin/lastgood.mjs"]
CMD ["web"]
